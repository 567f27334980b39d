"""What lets a machine with only Python and make install, run and test the product.

Standard library only: it works before anything is installed, and imports nothing of the product.
"""
