/**
 * A country imports `field` from '@opencrvs/toolkit/conditionals'. The toolkit is not on every registry, so this
 * example writes down the JSON that two of its helpers give.
 */
export function field(id: string) {
  return {
    isEqualTo: (value: string | boolean | number) =>
      inForm(id, { type: ['string', 'boolean', 'number'], const: value }),
    get: (key: string) => ({
      isEqualTo: (value: string | boolean | number) =>
        inForm(id, {
          type: 'object',
          properties: {
            [key]: { type: ['string', 'boolean', 'number'], const: value }
          },
          required: [key]
        })
    })
  }
}

function inForm(id: string, schema: object) {
  return {
    $id: `https://example.org/conditionals/${encodeURIComponent(`${id} ${JSON.stringify(schema)}`)}`,
    type: 'object',
    properties: {
      $form: { type: 'object', properties: { [id]: schema }, required: [id] }
    },
    required: ['$form']
  }
}
