"""What the city owes the public: data sets by year, frozen statements, and the catalogue that describes them."""
