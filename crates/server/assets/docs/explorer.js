// Swagger UI on this server's own document. Nothing is asked of anybody else: no validator, no fonts.
SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#explorer',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  filter: true,
  validatorUrl: null,
});
