"""A city in a folder, its calls played by the event clock, and the policies that answer them."""
