using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Dns.Transport;

/// <summary>Finds out from /proc which process holds a port, for the message that says so.</summary>
internal static class PortHolder
{
    /// <summary>For instance <c>systemd-resolve (pid 412)</c>; null when /proc does not tell.</summary>
    public static string? Find(IPEndPoint local, ProtocolType protocol)
    {
        if (!OperatingSystem.IsLinux())
            return null;

        var inodes = new HashSet<string>();
        var table = protocol == ProtocolType.Udp ? "udp" : "tcp";
        Collect($"/proc/net/{table}", local, inodes);
        Collect($"/proc/net/{table}6", local, inodes);
        return inodes.Count == 0 ? null : FindProcess(inodes);
    }

    private static void Collect(string path, IPEndPoint local, HashSet<string> inodes)
    {
        if (!File.Exists(path))
            return;

        // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && Matches(fields[1], local))
                inodes.Add($"socket:[{fields[9]}]");
        }
    }

    private static bool Matches(string field, IPEndPoint local)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !int.TryParse(field.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port) || port != local.Port)
            return false;

        // The address is printed as 32-bit words in the machine's own order.
        var bytes = Convert.FromHexString(field.AsSpan(0, colon));
        for (var word = 0; BitConverter.IsLittleEndian && word < bytes.Length; word += 4)
            Array.Reverse(bytes, word, 4);
        var address = new IPAddress(bytes);
        return address.Equals(local.Address)
            || UdpSocket.IsWildcard(address)
            || UdpSocket.IsWildcard(local.Address)
            || (address.IsIPv4MappedToIPv6 && address.MapToIPv4().Equals(local.Address));
    }

    private static string? FindProcess(HashSet<string> inodes)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(directory);
            if (!char.IsAsciiDigit(name[0]))
                continue;

            try
            {
                foreach (var descriptor in Directory.EnumerateFiles($"{directory}/fd"))
                {
                    if (new FileInfo(descriptor).LinkTarget is { } target && inodes.Contains(target))
                        return $"{File.ReadAllText($"{directory}/comm").Trim()} (pid {name})";
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another user's process, or one that has just ended.
            }
        }

        return null;
    }
}
