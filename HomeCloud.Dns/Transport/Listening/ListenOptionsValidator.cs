using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Transport.Listening;

/// <summary>Each message names the option, the value and the fix.</summary>
public static class ListenOptionsValidator
{
    public static IEnumerable<string> Validate(ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var text in options.Addresses.Where(text => !ListenAddress.TryParse(text, ListenOptions.DnsPort, out _)))
            yield return $"--listen '{text}' is not a valid ADDRESS or ADDRESS:PORT (example: 192.168.1.5:53 or [::1]:53)";

        foreach (var text in options.SharedAddresses)
        {
            if (!ListenAddress.TryParse(text, ListenOptions.DnsPort, out var shared) || SpecialRanges.IsUnspecified(shared.Address))
                yield return $"--shared-address '{text}' is not a valid ADDRESS or ADDRESS:PORT (example: 192.168.1.53)";
        }

        foreach (var text in options.TlsAddresses.Where(text => !ListenAddress.TryParse(text, ListenOptions.TlsPort, out _)))
            yield return $"--listen-tls '{text}' is not a valid ADDRESS or ADDRESS:PORT (example: 192.168.1.5:853)";

        foreach (var same in Places("--listen", options.Addresses, ListenOptions.DnsPort).Concat(Places("--listen-tls", options.TlsAddresses, ListenOptions.TlsPort))
            .GroupBy(given => given.Place).Where(same => same.Count() > 1))
        {
            yield return $"{same.First().Option} '{same.First().Text}' is set {same.Count()} times; set it once";
        }

        if (options.TlsCertificate is null != options.TlsKey is null)
            yield return "--tls-certificate and --tls-key belong together: set both, or neither for a self-signed certificate";

        foreach (var (name, path) in new[] { ("--tls-certificate", options.TlsCertificate), ("--tls-key", options.TlsKey) })
        {
            if (path is not null && !File.Exists(path))
                yield return $"{name} '{path}' does not exist: set a PEM file";
        }

        if (options.UdpWorkers is < 0 or > 64)
            yield return $"--udp-workers {options.UdpWorkers} is out of range: choose 1 to 64, or 0 for automatic";
        if (options.ReceiveBufferBytes is < 64 << 10 or > 64 << 20)
            yield return $"--receive-buffer {options.ReceiveBufferBytes} is out of range: choose 65536 to 67108864 bytes";
        if (options.MaxConnections is < 1 or > 65_535)
            yield return $"--max-connections {options.MaxConnections} is out of range: choose 1 to 65535";
        if (options.MaxConnectionsPerClient < 1 || options.MaxConnectionsPerClient > options.MaxConnections)
            yield return $"--max-connections-per-client {options.MaxConnectionsPerClient} is out of range: choose 1 to --max-connections ({options.MaxConnections})";
        if (options.IdleTimeout < TimeSpan.FromSeconds(1) || options.IdleTimeout > TimeSpan.FromHours(1))
            yield return $"--tcp-idle-timeout {options.IdleTimeout.TotalSeconds} is out of range: choose 1 to 3600 seconds";
        if (options.MessageTimeout < TimeSpan.FromMilliseconds(100) || options.MessageTimeout > TimeSpan.FromMinutes(1))
            yield return $"--tcp-message-timeout {options.MessageTimeout.TotalSeconds} is out of range: choose 0.1 to 60 seconds";
        if (options.StopGrace < TimeSpan.Zero || options.StopGrace > TimeSpan.FromMinutes(1))
            yield return $"--stop-grace {options.StopGrace.TotalSeconds} is out of range: choose 0 to 60 seconds";
    }

    // Port 0 is another one each time.
    private static IEnumerable<(string Option, string Text, IPEndPoint Place)> Places(string option, IEnumerable<string> texts, int port) =>
        from text in texts
        let place = ListenAddress.TryParse(text, port, out var endPoint) ? endPoint : null
        where place is { Port: > 0 }
        select (option, text.Trim(), place);
}
