/** Fields that a user types into. Each drawing gives an element and a way to bring it up to date. */
export const INPUTS = String.raw`
function inputId(id) {
  return 'field-' + id.replaceAll('.', '-')
}

/** Label, hint and error around an input; told of each new view. */
function frame(view, control, labelled) {
  const id = inputId(view.id)
  const star = el('span', { class: 'star', 'aria-hidden': 'true' }, ' *')
  const lock = el('span', { class: 'lock', title: 'Locked by the identity status' }, icon('lock'))
  const label = labelled
    ? el('label', { for: id }, view.label, star, lock)
    : el('p', { class: 'label', id: id + '-label' }, view.label, star, lock)
  const hint = el('p', { class: 'hint', id: id + '-hint' })
  const error = el('p', { class: 'error', id: id + '-error' })
  const element = el('div', { class: 'field', 'data-field': view.id }, label, hint, control, error)
  return {
    element,
    update(next) {
      label.hidden = !next.label
      star.hidden = !next.required
      lock.hidden = !next.disabled
      hint.textContent = next.helperText || ''
      hint.hidden = !next.helperText
      error.textContent = next.error || ''
      error.hidden = !next.error
      element.classList.toggle('wrong', Boolean(next.error))
    }
  }
}

function describe(input, view) {
  const id = inputId(view.id)
  input.disabled = view.disabled
  input.setAttribute('aria-invalid', view.error ? 'true' : 'false')
  input.setAttribute('aria-required', view.required ? 'true' : 'false')
  input.setAttribute('aria-describedby', id + '-hint ' + id + '-error')
}

/** A value is written only when the user is not ahead of it. */
function setValue(input, value) {
  if (input.value !== value) input.value = value
}

const INPUT_KINDS = { DATE: 'date', EMAIL: 'email', NUMBER: 'number', PHONE: 'tel', TIME: 'time' }

function drawText(view, page) {
  const tag = view.type === 'TEXTAREA' ? 'textarea' : 'input'
  const input = el(tag, {
    id: inputId(view.id),
    type: tag === 'input' ? INPUT_KINDS[view.type] || 'text' : undefined,
    rows: tag === 'textarea' ? 3 : undefined,
    autocomplete: 'off',
    oninput: () => page.change(view.id, view.type === 'NUMBER' ? numberOf(input.value) : input.value),
    onblur: () => page.touch(view.id)
  })
  const around = frame(view, input, true)
  return {
    element: around.element,
    update(next, isAhead) {
      around.update(next)
      describe(input, next)
      if (!isAhead) setValue(input, next.value == null ? '' : String(next.value))
    }
  }
}

function numberOf(text) {
  return text === '' ? null : Number(text)
}

function drawName(view, page) {
  const inputs = view.parts.map((part) => el('input', {
    id: inputId(view.id) + '-' + part.name,
    'data-part': part.name,
    autocomplete: 'off',
    oninput: report,
    onblur: () => page.touch(view.id)
  }))
  function report() {
    const value = {}
    for (const input of inputs) value[input.dataset.part] = input.value
    page.change(view.id, value)
  }
  const parts = view.parts.map((part, index) => el('div', { class: 'part' },
    el('label', { for: inputs[index].id }, part.label,
      part.required ? el('span', { class: 'star', 'aria-hidden': 'true' }, ' *') : null),
    inputs[index]))
  const group = el('div', { class: 'parts', role: 'group', 'aria-labelledby': inputId(view.id) + '-label' }, parts)
  const around = frame(view, group, false)
  return {
    element: around.element,
    update(next, isAhead) {
      around.update(next)
      for (const input of inputs) {
        describe(input, next)
        const part = next.parts.find((candidate) => candidate.name === input.dataset.part)
        input.setAttribute('aria-required', part.required ? 'true' : 'false')
        const value = next.value && next.value[input.dataset.part]
        if (!isAhead) setValue(input, value == null ? '' : String(value))
      }
    }
  }
}

function drawSelect(view, page) {
  const select = el('select', {
    id: inputId(view.id),
    onchange: () => page.change(view.id, select.value),
    onblur: () => page.touch(view.id)
  })
  const around = frame(view, select, true)
  return {
    element: around.element,
    update(next) {
      around.update(next)
      describe(select, next)
      select.replaceChildren(el('option', { value: '' }, 'Select…'), ...next.options.map((option) =>
        el('option', { value: option.value, disabled: option.disabled }, option.label)))
      setValue(select, next.value == null ? '' : String(next.value))
    }
  }
}

function drawRadios(view, page) {
  const group = el('div', { class: 'choices', role: 'radiogroup', 'aria-labelledby': inputId(view.id) + '-label' })
  const around = frame(view, group, false)
  return {
    element: around.element,
    update(next) {
      around.update(next)
      group.replaceChildren(...next.options.map((option) => {
        const input = el('input', {
          type: 'radio', name: inputId(view.id), value: option.value,
          disabled: next.disabled || option.disabled,
          onchange: () => page.change(view.id, option.value)
        })
        input.checked = next.value === option.value
        return el('label', { class: 'choice' }, input, option.label)
      }))
    }
  }
}

function drawCheckbox(view, page) {
  const input = el('input', {
    type: 'checkbox', id: inputId(view.id),
    onchange: () => page.change(view.id, input.checked)
  })
  const around = frame({ ...view, label: '' }, el('label', { class: 'choice' }, input, view.label), false)
  return {
    element: around.element,
    update(next) {
      around.update({ ...next, label: '' })
      describe(input, next)
      input.checked = next.value === true
    }
  }
}
`
