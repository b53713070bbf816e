using System.Text;
using System.Text.Json;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>Whatever somebody sends to whatever the API's document describes, the answer is never 500.</summary>
public class FuzzedBodiesTests
{
    private const int Limit = 120_000;

    private static readonly string[] Values =
        ["null", "[null]", "[]", "{}", "5", "-1", "1e400", "true", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"999999w999999w999999w999999w\"", "\"999999999999999999999d\"", "[[]]", "{\"x\":null}", "[\"a\",null]"];

    [Fact(Timeout = Limit)]
    public async Task No_body_gives_500()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        using var document = JsonDocument.Parse(await client.GetStringAsync("/api/v1/openapi.json"));
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        List<string> wrong = [];
        var sent = 0;
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(o => o.Value.TryGetProperty("requestBody", out _)))
            {
                var schema = operation.Value.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
                var reference = schema.TryGetProperty("$ref", out var name) ? name.GetString()!.Split('/')[^1] : null;
                var properties = reference is null ? [] : schemas.GetProperty(reference).GetProperty("properties").EnumerateObject().Select(p => p.Name).ToArray();
                foreach (var body in Bodies(properties))
                {
                    using var request = new HttpRequestMessage(new HttpMethod(operation.Name.ToUpperInvariant()), path.Name.Replace("{name}", "fuzz", StringComparison.Ordinal).Replace("{id}", "fuzz", StringComparison.Ordinal));
                    request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                    using var response = await client.SendAsync(request);
                    sent++;
                    if ((int)response.StatusCode >= 500)
                        wrong.Add($"{(int)response.StatusCode} {operation.Name} {path.Name} {body}");
                }
            }
        }

        wrong.Should().BeEmpty();
        sent.Should().BeGreaterThan(300, "every property of every body gets every value");
    }

    private static IEnumerable<string> Bodies(IReadOnlyList<string> properties)
    {
        foreach (var value in Values.Append("").Append("{").Append("\u00ff"))
            yield return value;

        foreach (var property in properties)
        {
            foreach (var value in Values)
            {
                var rest = string.Concat(properties.Where(p => p is "name" && p != property).Select(p => $",\"{p}\":\"fuzz\""));
                yield return $"{{\"{property}\":{value}{rest}}}";
            }
        }
    }
}
