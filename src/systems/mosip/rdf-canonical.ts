import type { JsonObject } from '../../domain/json'
import { loadOptional } from './optional-package'

/** What is used of the package jsonld. */
type JsonLd = {
  canonize(
    document: unknown,
    options: {
      algorithm: 'URDNA2015'
      format: 'application/n-quads'
      safe: boolean
      documentLoader(url: string): Promise<{
        contextUrl: null
        documentUrl: string
        document: JsonObject
      }>
    }
  ): Promise<string>
}

/**
 * A document's RDF in canonical form (URDNA2015, N-Quads).
 *
 * @param contexts JSON-LD contexts by address; no other is ever read
 * @throws Error when the document is no JSON-LD or names another context
 * @throws NationalIdError `ERR_PACKAGE_MISSING` without jsonld
 */
export async function rdfCanonical(
  document: unknown,
  contexts: Readonly<Record<string, JsonObject>>
): Promise<string> {
  const what = "websub.proof.canonicalization: 'URDNA2015'"
  // Its types are in a package of their own; this is the part that we use.
  const jsonld = loadOptional('jsonld', what) as JsonLd
  return jsonld.canonize(document, {
    algorithm: 'URDNA2015',
    format: 'application/n-quads',
    // A member that no context explains would be left out of what is signed.
    safe: true,
    async documentLoader(url) {
      const held = Object.hasOwn(contexts, url) ? contexts[url] : undefined
      if (held === undefined) throw new Error('a context that is not held')
      return { contextUrl: null, documentUrl: url, document: held }
    }
  })
}
