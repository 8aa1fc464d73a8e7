/** The document of every address: what it shows comes from its script. Nothing secret stands in it. */
export const PLAYGROUND_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Form playground</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/playground/playground.css">
<script src="/playground/playground.js" defer></script>
</head>
<body>
<p class="notice" role="note"><strong>DEVELOPMENT PAGE</strong> – fictitious people – not OpenCRVS</p>
<div id="app"></div>
<div id="announcer" class="unseen" role="status" aria-live="polite"></div>
<noscript><p class="page">This page needs JavaScript.</p></noscript>
</body>
</html>
`
