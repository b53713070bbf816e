using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>
/// Asks the LAN by ARP: with <see cref="ArpProbe"/> where this process may, else through the kernel. There, a datagram to the
/// discard port (RFC 863) starts the asking, and the neighbour table has what came back. Machines that answer no ping answer ARP.
/// Says "nobody" when this machine has no address on that LAN, because then it cannot know.
/// </summary>
public sealed class NeighbourProbe(TimeProvider time) : IAddressProbe, INeighbourTable
{
    private const string Table = "/proc/net/arp";
    private const int CompleteFlag = 0x2;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    public async Task<bool> IsAnsweringAsync(IPAddress address, IReadOnlySet<string> ours, CancellationToken cancellationToken)
    {
        // No kernel asks the LAN for an address of its own.
        var interfaces = MachineInterfaces.Read().Interfaces;
        if (interfaces.Any(found => found.Has(address)))
            return true;

        var (asked, owner) = await ArpProbe.AskAsync(address, interfaces, Wait, time, cancellationToken);
        if (asked)
            return owner is not null && !ours.Contains(owner);

        var began = time.GetTimestamp();
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.SendTo([], new IPEndPoint(address, 9));
        }
        catch (SocketException)
        {
            return false;
        }

        while (time.GetElapsedTime(began) < Wait)
        {
            if (FindNeighbour(ReadTable(), address) is { } neighbour)
                return !ours.Contains(neighbour);

            await Task.Delay(Interval, time, cancellationToken);
        }

        return false;
    }

    public IReadOnlySet<IPAddress> Remembered(IReadOnlySet<string> ours) =>
        Neighbours(ReadTable()).Where(neighbour => !ours.Contains(neighbour.Mac)).Select(neighbour => neighbour.Address).ToHashSet();

    public string? MacOf(IPAddress address) => FindNeighbour(ReadTable(), address);

    /// <summary>Whether the neighbour table has a link-layer address for <paramref name="address"/>.</summary>
    internal static bool IsComplete(string table, IPAddress address) => FindNeighbour(table, address) is not null;

    /// <summary>The link-layer address that the neighbour table has for <paramref name="address"/>; null for none.</summary>
    internal static string? FindNeighbour(string table, IPAddress address) => Neighbours(table).FirstOrDefault(neighbour => neighbour.Address.Equals(address)).Mac;

    /// <summary>The neighbours that answered once. One that left stays in the table for as long as there is room.</summary>
    internal static IEnumerable<(IPAddress Address, string Mac)> Neighbours(string table)
    {
        foreach (var line in table.Split('\n').Skip(1))
        {
            // IP address, HW type, flags, HW address, mask, device. One line for each device that was asked: a route that
            // moved to another device leaves the old one's failure behind for a while.
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length >= 4 && (Convert.ToInt32(columns[2], 16) & CompleteFlag) != 0 && columns[3] != "00:00:00:00:00:00" && AddressText.TryParse(columns[0], out var address))
                yield return (address, columns[3]);
        }
    }

    private static string ReadTable() => File.Exists(Table) ? File.ReadAllText(Table) : "";
}

public interface INeighbourTable
{
    /// <summary>The link-layer address of an IPv4 neighbour, as this machine knows it; null when it does not.</summary>
    string? MacOf(IPAddress address);
}

public interface IAddressProbe
{
    /// <summary>Whether a machine on the LAN answers for the address already.</summary>
    /// <param name="address">The candidate.</param>
    /// <param name="ours">Link-layer addresses of our own servers: the kernel remembers those of removed ones for a while.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> IsAnsweringAsync(IPAddress address, IReadOnlySet<string> ours, CancellationToken cancellationToken);

    /// <summary>
    /// Addresses at which this machine remembers a device, which may be gone. For half a minute the kernel would send to that one's
    /// MAC what is for a new server, so they are given last.
    /// </summary>
    /// <param name="ours">Link-layer addresses of our own servers.</param>
    IReadOnlySet<IPAddress> Remembered(IReadOnlySet<string> ours);
}
