/** Asks the platform in GraphQL as one of the demo's parties; what goes wrong is thrown. */
export async function graphql(url, { STEELYARD_API_KEY: key }, query, variables) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
  return data;
}
