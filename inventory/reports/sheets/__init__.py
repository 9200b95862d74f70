"""The sheets of the auditor's workbook, one module each: what its columns are and where its rows come from."""
