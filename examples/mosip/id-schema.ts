/** The id schema of the demo's MOSIP, with the fields that civil registration sends. A country has its own. */
export const idSchema = {
  version: '0.100',
  schema: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Identity of a person',
    type: 'object',
    additionalProperties: false,
    definitions: {
      simpleType: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['language', 'value'],
          properties: {
            language: { type: 'string' },
            value: { type: 'string' }
          }
        }
      }
    },
    properties: {
      identity: {
        type: 'object',
        additionalProperties: false,
        required: ['IDSchemaVersion', 'fullName', 'dateOfBirth', 'gender'],
        properties: {
          IDSchemaVersion: { type: 'number' },
          VID: text(/^\d{16}$/),
          fullName: { $ref: '#/definitions/simpleType' },
          dateOfBirth: text(/^\d{4}\/\d{2}\/\d{2}$/),
          gender: { $ref: '#/definitions/simpleType' },
          birthCertificateNumber: { type: 'string' },
          introducerInfoToken: { type: 'string' },
          declaredAsDeceased: text(/^[YN]$/),
          deceasedDeclarationDate: text(/^\d{4}\/\d{2}\/\d{2}$/),
          deactivateId: text(/^Y$/)
        }
      }
    }
  }
}

/** A text with a pattern, as MOSIP's schemas have them. */
function text({ source }: RegExp) {
  return {
    type: 'string',
    validators: [{ type: 'regex', validator: source, arguments: [] }]
  }
}
