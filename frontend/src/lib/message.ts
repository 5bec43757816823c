// The part of ICU MessageFormat that Heard uses: {name}, and
// {count, plural, =0 {…} one {…} other {# …}}. Pure, so tests and the service worker can use it.

export type Params = Record<string, string | number>

function closing(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return i
  }
  throw new Error(`unbalanced braces in message: ${text}`)
}

function branches(text: string): Map<string, string> {
  const out = new Map<string, string>()
  let i = 0
  while (i < text.length) {
    const open = text.indexOf('{', i)
    if (open < 0) break
    const end = closing(text, open)
    out.set(text.slice(i, open).trim(), text.slice(open + 1, end))
    i = end + 1
  }
  return out
}

function plural(locale: string, options: string, value: number, params: Params): string {
  const all = branches(options)
  const chosen = all.get(`=${value}`) ?? all.get(new Intl.PluralRules(locale).select(value)) ?? all.get('other') ?? ''
  return format(locale, chosen.replaceAll('#', String(value)), params)
}

export function format(locale: string, text: string, params: Params = {}): string {
  let out = ''
  let i = 0
  while (i < text.length) {
    const open = text.indexOf('{', i)
    if (open < 0) return out + text.slice(i)
    const end = closing(text, open)
    const [name = '', kind, ...rest] = text.slice(open + 1, end).split(',')
    const value = params[name.trim()]
    out += text.slice(i, open)
    out += kind?.trim() === 'plural' ? plural(locale, rest.join(','), Number(value ?? 0), params) : String(value ?? '')
    i = end + 1
  }
  return out
}

/** The names a message needs: what the parity test compares between languages. */
export function placeholders(text: string): string[] {
  const found = new Set<string>()
  const visit = (part: string): void => {
    let i = 0
    while (i < part.length) {
      const open = part.indexOf('{', i)
      if (open < 0) return
      const end = closing(part, open)
      const [name = '', kind, ...rest] = part.slice(open + 1, end).split(',')
      found.add(name.trim())
      if (kind?.trim() === 'plural') for (const branch of branches(rest.join(',')).values()) visit(branch)
      i = end + 1
    }
  }
  visit(text)
  return [...found].sort()
}
