"""The Balance Social workbooks: balance-social-co and balance-social-ec."""
