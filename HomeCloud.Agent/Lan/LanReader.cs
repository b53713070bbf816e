using System.Globalization;
using System.Net;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>Reads this machine's interfaces and routes: addresses from the kernel's tables, the rest from /sys and /proc.</summary>
/// <param name="root">Where /sys and /proc are; another folder in tests.</param>
public sealed class LanReader(string root = "/") : ILanReader
{
    private const int UpFlag = 0x1;
    private const int GatewayFlag = 0x2;

    public IReadOnlyList<LanInterface> Interfaces()
    {
        List<LanInterface> found = [];
        foreach (var adapter in MachineInterfaces.Read().Interfaces)
            found.Add(Describe(adapter.Name, adapter.Addresses));
        return found;
    }

    /// <summary>The gateway of the default route and the interface that leads to it, or null.</summary>
    public (IPAddress Gateway, string Interface)? DefaultRoute() => DefaultRoute(ReadLines("proc/net/route"));

    internal static (IPAddress Gateway, string Interface)? DefaultRoute(IEnumerable<string> table)
    {
        var best = (Metric: int.MaxValue, Route: ((IPAddress, string)?)null);
        foreach (var line in table.Skip(1))
        {
            // Iface Destination Gateway Flags RefCnt Use Metric Mask …; addresses are hexadecimal in host order.
            var columns = line.Split('\t', StringSplitOptions.TrimEntries);
            if (columns.Length < 8 || columns[1] != "00000000" || columns[7] != "00000000")
                continue;
            if ((int.Parse(columns[3], NumberStyles.HexNumber) & GatewayFlag) == 0)
                continue;
            var metric = int.Parse(columns[6]);
            if (metric < best.Metric)
                best = (metric, (new IPAddress(uint.Parse(columns[2], NumberStyles.HexNumber)), columns[0]));
        }

        return best.Route;
    }

    internal LanInterface Describe(string name, IReadOnlyList<(IPAddress Address, int PrefixLength)> addresses)
    {
        var folder = Path.Combine(root, "sys/class/net", name);
        var flags = Read(Path.Combine(folder, "flags")) is { } text && text.StartsWith("0x", StringComparison.Ordinal)
            ? int.Parse(text.AsSpan(2), NumberStyles.HexNumber)
            : 0;
        var master = Directory.Exists(Path.Combine(folder, "brport"))
            ? Path.GetFileName(new DirectoryInfo(Path.Combine(folder, "master")).ResolveLinkTarget(true)?.FullName)
            : null;
        return new LanInterface(name, KindOf(folder, name), (flags & UpFlag) != 0, Read(Path.Combine(folder, "carrier")) == "1", master, addresses)
        {
            Index = Number(Path.Combine(folder, "ifindex")),
            LinkIndex = Number(Path.Combine(folder, "iflink")),
        };
    }

    private static LanInterfaceKind KindOf(string folder, string name)
    {
        if (name == "lo")
            return LanInterfaceKind.Loopback;
        if (Directory.Exists(Path.Combine(folder, "wireless")) || Path.Exists(Path.Combine(folder, "phy80211")))
            return LanInterfaceKind.Wireless;
        if (Directory.Exists(Path.Combine(folder, "bridge")))
            return LanInterfaceKind.Bridge;
        if (Path.Exists(Path.Combine(folder, "device")))
            return LanInterfaceKind.Wired;

        // An interface without a device is virtual; macvlan shows its parent as "lower_…", a veth has a peer index of its own.
        var type = Read(Path.Combine(folder, "uevent")) ?? "";
        if (type.Contains("DEVTYPE=vlan", StringComparison.Ordinal) || type.Contains("DEVTYPE=bond", StringComparison.Ordinal))
            return LanInterfaceKind.Other;
        if (type.Contains("DEVTYPE=macvlan", StringComparison.Ordinal) || type.Contains("DEVTYPE=macvtap", StringComparison.Ordinal))
            return LanInterfaceKind.Macvlan;
        var (own, peer) = (Read(Path.Combine(folder, "ifindex")), Read(Path.Combine(folder, "iflink")));
        if (own == peer)
            return LanInterfaceKind.Other;
        return Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder, "lower_*").Any() ? LanInterfaceKind.Macvlan : LanInterfaceKind.Veth;
    }

    private static int Number(string path) => int.TryParse(Read(path), out var number) ? number : 0;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            // Absent, or, for "carrier", an interface that is down: the kernel answers EINVAL.
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string[] ReadLines(string path) => File.Exists(Path.Combine(root, path)) ? File.ReadAllLines(Path.Combine(root, path)) : [];
}

public interface ILanReader
{
    IReadOnlyList<LanInterface> Interfaces();

    /// <summary>The gateway of the default route and the interface that leads to it, or null.</summary>
    (IPAddress Gateway, string Interface)? DefaultRoute();
}
