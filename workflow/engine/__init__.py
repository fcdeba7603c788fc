"""The shell: handle (commands in, one commit), relay (deliveries out), clock, read (questions)."""
