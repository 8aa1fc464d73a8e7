import type { ResponseObject, ResponseToolkit } from '@hapi/hapi'

/**
 * The page for a browser that cannot be sent back to the form, because nothing says which form. It repeats nothing of
 * what was asked.
 *
 * @param reference to be found again in the log
 */
export function plainPage(
  h: ResponseToolkit,
  reference: string,
  status = 400
): ResponseObject {
  return h
    .response(html(reference))
    .code(status)
    .type('text/html')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header(
      'content-security-policy',
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

function html(reference: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign-in was not completed</title>
</head>
<body>
<h1>Sign-in was not completed</h1>
<p>It was begun in another browser, took too long, was used before, or its address is not complete. Nothing was changed. Please go back to the declaration in OpenCRVS and press the sign-in button again.</p>
<div lang="fr">
<h1>La connexion n’a pas abouti</h1>
<p>Elle a été commencée dans un autre navigateur, a duré trop longtemps, a déjà servi, ou son adresse est incomplète. Rien n’a été modifié. Veuillez revenir à la déclaration dans OpenCRVS et appuyer de nouveau sur le bouton de connexion.</p>
</div>
<p><small>${reference}</small></p>
</body>
</html>
`
}
