using System.Text.Json;

namespace HomeCloud.Dns.Telemetry.Health;

/// <summary>All checks together, as <c>/health/ready</c> serves it.</summary>
/// <param name="Ready">Every check holds.</param>
/// <param name="Checks">Name and result of each.</param>
public sealed record ReadinessReport(bool Ready, IReadOnlyList<KeyValuePair<string, ReadinessResult>> Checks)
{
    public static ReadinessReport Of(IEnumerable<IReadinessCheck> checks)
    {
        var results = checks.Select(check => KeyValuePair.Create(check.Name, Ask(check))).ToList();
        return new ReadinessReport(results.TrueForAll(result => result.Value.Ready), results);
    }

    // A check with a bug is not ready; the probe must not end for it.
    private static ReadinessResult Ask(IReadinessCheck check)
    {
        try
        {
            return check.Check();
        }
        catch (Exception bug)
        {
            return new(false, $"could not be checked: {bug.Message}");
        }
    }

    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", Ready);
            json.WriteStartObject("checks");
            foreach (var (name, result) in Checks)
            {
                json.WriteStartObject(name);
                json.WriteBoolean("ready", result.Ready);
                json.WriteString("detail", result.Detail);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
