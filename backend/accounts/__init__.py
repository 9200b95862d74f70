"""Who people are: users, their roles, their API tokens and how they sign in."""
