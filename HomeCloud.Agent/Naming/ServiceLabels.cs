using System.Globalization;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Naming;

/// <summary>
/// Services from labels. <c>homecloud.srv</c> lists <c>service[/protocol]:port[:priority[:weight]]</c>;
/// <c>homecloud.service.NAME</c> holds <c>port[/protocol][:priority[:weight]]</c>.
/// </summary>
internal sealed class ServiceLabels(ContainerFacts container, Action<string> warn)
{
    /// <summary>RFC 6335 §5.1.</summary>
    private const int MaximumServiceName = 15;

    public IEnumerable<ServiceEndpoint> Read()
    {
        var seen = new HashSet<ServiceEndpoint>();
        foreach (var text in ClaimReader.List(container.Label(HomeCloudLabels.Services)))
        {
            var fields = text.Split(':');
            var (service, protocol) = Halves(fields[0]);
            if (Parse(service, protocol, fields[1..]) is not { } endpoint)
                warn($"label {HomeCloudLabels.Services} holds '{PlainText.From(text, 40)}'; write it as service/tcp:port (example: http/tcp:8080)");
            else if (seen.Add(endpoint))
                yield return endpoint;
        }

        foreach (var (label, text) in container.Labels.Where(IsService).OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            var fields = text.Split(':');
            var (port, protocol) = Halves(fields[0]);
            fields[0] = port;
            if (Parse(label[HomeCloudLabels.ServicePrefix.Length..], protocol, fields) is not { } endpoint)
                warn($"label {PlainText.From(label, 60)} '{PlainText.From(text, 40)}' is not a valid port (example: 8080 or 53/udp)");
            else if (seen.Add(endpoint))
                yield return endpoint;
        }
    }

    private static bool IsService(KeyValuePair<string, string> label) => label.Key.StartsWith(HomeCloudLabels.ServicePrefix, StringComparison.Ordinal);

    private static (string First, string Second) Halves(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (text, "tcp") : (text[..slash], text[(slash + 1)..]);
    }

    private static ServiceEndpoint? Parse(string service, string protocol, string[] numbers)
    {
        service = service.Trim().TrimStart('_').ToLowerInvariant();
        protocol = protocol.Trim().TrimStart('_').ToLowerInvariant();
        if (!NameMaker.TryNormalizeLabel(service, out var label) || label != service || service.Length > MaximumServiceName)
            return null;
        if (protocol is not ("tcp" or "udp") || numbers.Length is < 1 or > 3)
            return null;
        Span<ushort> values = [0, 0, 0];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!ushort.TryParse(numbers[i].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out values[i]))
                return null;
        }

        return values[0] == 0 ? null : new ServiceEndpoint(service, protocol, values[0], values[1], values[2]);
    }
}
