export { createEvidenceBook } from './create-evidence-book'
