"""Letters as pages: renders PDFs with Typst, and knows no family, no table, no web page.

What a letter says is a frozen value; whoever keeps its JSON can print it again.

| door | what it does |
|---|---|
| `content.Letter`, `content.as_json`, `content.from_json` | what a letter says, to and from JSON |
| `preparing.made_printable` | cleans, sets French spaces, refuses what no page can show |
| `rendering.render_batch` | one print-ready PDF for some letters, each beginning a sheet |
| `cover.render_cover` | the page that a batch's operator reads |
| `layout.laid_out` | lays out letters made ready; all that a child process loads |
| `processes.render_parts` | many such PDFs, on two cores |
| `manifest.manifest_rows`, `manifest.manifest_csv` | what the machine's work is checked against |

The texts come from a profile and from whoever composes; nothing of them is ever evaluated.
"""
