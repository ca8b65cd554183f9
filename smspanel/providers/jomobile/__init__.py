"""JO Mobile, REST API 6.4 of the Gatum platform; see docs.md."""
