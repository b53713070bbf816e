using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Lan;

/// <summary>
/// Which of many addresses answer ARP: all are asked at once, then the kernel's neighbour table is read. What stood there before is
/// asked by <see cref="ArpProbe"/>, where this process may: the kernel remembers machines that have left.
/// </summary>
public sealed class AddressScan(TimeProvider time) : IAddressScan
{
    private const int Discard = 9; // RFC 863
    private const int Burst = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // The kernel asks three times, a second apart; a machine that is there answers the first or second.
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(1500);

    /// <summary>A phone that sleeps takes its time.</summary>
    private static readonly TimeSpan ProbeWait = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<IPAddress>> AnsweringAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        HashSet<IPAddress> answering = [];
        var before = await ReadTableAsync(cancellationToken);
        // In bursts: the neighbour table holds few unresolved addresses at a time.
        foreach (var burst in addresses.Chunk(Burst))
        {
            foreach (var address in burst)
            {
                try
                {
                    socket.SendTo([], new IPEndPoint(address, Discard));
                }
                catch (SocketException)
                {
                    // An earlier address was found unreachable, which the kernel reports on the next send; or no route.
                }
            }

            var began = time.GetTimestamp();
            while (time.GetElapsedTime(began) < Wait)
            {
                await Task.Delay(Pause, time, cancellationToken);
                var table = await ReadTableAsync(cancellationToken);
                answering.UnionWith(burst.Where(address => NeighbourProbe.IsComplete(table, address)));
            }
        }

        answering.ExceptWith(await FindGoneAsync([.. answering.Where(address => NeighbourProbe.IsComplete(before, address))], cancellationToken));
        return [.. answering.OrderBy(address => address.ToNumber())];
    }

    private async Task<IEnumerable<IPAddress>> FindGoneAsync(IPAddress[] remembered, CancellationToken cancellationToken)
    {
        var interfaces = MachineInterfaces.Read().Interfaces;
        var found = await Task.WhenAll(remembered.Select(async address => (Address: address, Result: await ArpProbe.AskAsync(address, interfaces, ProbeWait, time, cancellationToken))));
        return found.Where(one => one.Result is { Asked: true, Owner: null }).Select(one => one.Address);
    }

    private static Task<string> ReadTableAsync(CancellationToken cancellationToken) => File.ReadAllTextAsync("/proc/net/arp", cancellationToken);
}

public interface IAddressScan
{
    /// <returns>Those addresses of this LAN that a machine answers for, in order.</returns>
    Task<IReadOnlyList<IPAddress>> AnsweringAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken);
}
