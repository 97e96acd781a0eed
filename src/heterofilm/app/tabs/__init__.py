"""The tabs of the page, along the chain; they draw what the project says and turn what is clicked into actions."""
