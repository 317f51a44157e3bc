"""What is kept between runs, by content: parsed blocks, and the results of root modules."""
