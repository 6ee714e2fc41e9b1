"""Writes the page of the articles, `docs/reference/articles.md`: `python -m tests.articles`."""

from tests.articles.page import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
