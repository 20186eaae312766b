"""What `bench_crowd` stands on: real server processes, lean viewers, and the measurements themselves."""
