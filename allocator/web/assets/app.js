// Progressive enhancement only: every page works without it.
import { initAll } from './govuk-frontend.min.js'

initAll()

// What htmx brings in may hold components of its own.
document.addEventListener('htmx:afterSwap', (event) => initAll({ scope: event.target }))
