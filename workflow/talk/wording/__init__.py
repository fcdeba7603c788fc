"""The sentences, one table a file: key → (Chinese, English), with the same named slots in both. Nothing else."""
