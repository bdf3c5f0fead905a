"""Forms: how they are described, laid out, built and read back. Opens no workbook."""
