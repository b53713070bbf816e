using System.Globalization;
using System.Net;
using System.Text;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Files;

namespace HomeCloud.Dns.Forwarding.Rules;

/// <summary>Where the host's servers survive a restart, whole or not at all: an address a line, and how many there are in the last.</summary>
internal sealed class HostServersFile(string dataDirectory)
{
    /// <summary>More than any resolver asks; resolv.conf(5) has three.</summary>
    public const int Most = 16;

    private const string Head = "homecloud-dns host servers 1";
    private const int Largest = 1_024;

    public string Path { get; } = System.IO.Path.Combine(dataDirectory, "dns-host-servers");

    /// <exception cref="IOException">The disk is full, or the like: all is as before.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Write(IReadOnlyList<IPEndPoint> servers)
    {
        var lines = servers.Select(server => server.Address.ToString());
        AtomicFile.Write(Path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Head}\n{string.Join('\n', lines)}\nend {servers.Count}\n")));
    }

    /// <returns>Nothing when there is no file.</returns>
    /// <exception cref="InvalidDataException">It is not such a file; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public IReadOnlyList<IPEndPoint> Read()
    {
        if (!File.Exists(Path))
            return [];
        using var file = File.OpenRead(Path);
        if (file.Length > Largest)
            throw new InvalidDataException("it is too long");
        using var reader = new StreamReader(file, Encoding.ASCII);
        return Parse(reader.ReadToEnd());
    }

    private static List<IPEndPoint> Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != Head)
            throw new InvalidDataException($"its first line is not '{Head}'");

        // Head, end, and nothing behind the last line break.
        var count = lines.Length - 3;
        if (count is < 1 or > Most || lines[^1].Length > 0 || lines[^2] != string.Create(CultureInfo.InvariantCulture, $"end {count}"))
            throw new InvalidDataException("its end is missing");
        var servers = new List<IPEndPoint>();
        for (var i = 1; i <= count; i++)
        {
            if (!AddressText.TryParse(lines[i], out var address) || new IPEndPoint(address, UpstreamAddress.PlainPort) is var server && servers.Contains(server))
                throw new InvalidDataException($"line {i + 1} is damaged");
            servers.Add(server);
        }

        return servers;
    }
}
