"""Excel and nothing but Excel: pages to be written, pages as they came back. Knows no form."""
