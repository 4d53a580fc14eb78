"""Statistics: arrays in, shape out; knows nothing about any study."""
