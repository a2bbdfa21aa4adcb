// Every text that stands in the sources of the relay, read from their syntax trees: what is between the quotes of a string, or the pieces of a
// template with a numbered mark for each value, as the phrase book of the pages writes them.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

export const root = path.resolve(import.meta.dirname, '..', '..', '..')

export interface Literal {
  readonly file: string
  readonly line: number
  /** `Your mailbox {0} takes no mail` */
  readonly text: string
}

type Piece = string | null

/** Pieces of a text, values as null; undefined where an expression is no text that stands here. */
function piecesOf(node: ts.Expression): readonly Piece[] | undefined {
  if (ts.isParenthesizedExpression(node)) return piecesOf(node.expression)
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node))
    return [
      node.head.text,
      ...node.templateSpans.flatMap((span): Piece[] => [
        // A text in a value that is nothing but a text: as if it stood there.
        ...(ts.isStringLiteralLike(span.expression) ? [span.expression.text] : [null]),
        span.literal.text,
      ]),
    ]
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined
  const [left, right] = [piecesOf(node.left), piecesOf(node.right)]
  if (left === undefined && right === undefined) return undefined
  return [...(left ?? [null]), ...(right ?? [null])]
}

export function written(pieces: readonly Piece[]): string {
  let count = 0
  return pieces.map((piece) => (piece === null ? `{${count++}}` : piece)).join('')
}

const isText = (node: ts.Node): node is ts.Expression =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isBinaryExpression(node)

/** Names of modules and of types say nothing to anybody. */
const isName = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)

export function literalsOf(file: string): readonly Literal[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Literal[] = []
  const walk = (node: ts.Node): void => {
    if (isName(node)) return
    const pieces = isText(node) ? piecesOf(node) : undefined
    if (pieces !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push({ file, line: line + 1, text: written(pieces) })
      // What stands within its values: texts of their own.
      values(node, walk)
      return
    }
    node.forEachChild(walk)
  }
  walk(source)
  return found
}

/** Each value of a text, but not the texts that are pieces of it. */
function values(node: ts.Node, each: (value: ts.Node) => void): void {
  if (ts.isParenthesizedExpression(node)) values(node.expression, each)
  else if (ts.isTemplateExpression(node)) for (const span of node.templateSpans) each(span.expression)
  else if (ts.isBinaryExpression(node))
    for (const side of [node.left, node.right])
      if (isText(side) && piecesOf(side) !== undefined) values(side, each)
      else each(side)
}
