"""The languages: one folder of data files each, and the code that reads them."""
