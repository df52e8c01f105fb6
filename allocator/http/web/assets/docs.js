// The documentation page of the API: no request leaves the server.
window.addEventListener('load', () => {
  window.SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#documentation', deepLinking: true, validatorUrl: null })
})
