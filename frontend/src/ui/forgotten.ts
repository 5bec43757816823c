// Chromium writes what stands in a text area into its session files on the disk, so that a tab can be restored, and
// leaves it there. Only the area's form can say no, whatever the area itself says; so each belongs to one that does.

const id = 'forgotten'

export function forgotten(area: HTMLTextAreaElement): void {
  if (!document.getElementById(id)) {
    const form = document.createElement('form')
    form.id = id
    form.autocomplete = 'off'
    form.hidden = true
    document.body.append(form)
  }
  area.setAttribute('form', id)
}
