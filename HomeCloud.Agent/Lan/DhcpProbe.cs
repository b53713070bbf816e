using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace HomeCloud.Agent.Lan;

/// <summary>
/// Asks the LAN's DHCP servers what they would give to new machines, and takes nothing: only DHCPDISCOVER is sent, each from
/// a made-up MAC. Several offers are samples of the pool; they also tell which DNS server the household is given.
/// </summary>
public sealed class DhcpProbe : IDhcpProbe
{
    private const int ClientPort = 68;
    private const int ServerPort = 67;
    private const int SocketLevel = 1; // SOL_SOCKET on Linux
    private const int BindToDevice = 25; // SO_BINDTODEVICE
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<DhcpOffer>> AskAsync(string interfaceName, int samples, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.EnableBroadcast = true;
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(interfaceName));
            socket.Bind(new IPEndPoint(IPAddress.Any, ClientPort));
        }
        catch (SocketException)
        {
            // Not root, or a DHCP client holds the port for itself.
            return [];
        }

        var waiting = new Dictionary<uint, byte[]>();
        for (var i = 0; i < samples; i++)
        {
            var mac = RandomNumberGenerator.GetBytes(6);
            mac[0] = (byte)((mac[0] & 0xFC) | 0x02); // locally administered, not multicast
            var transaction = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
            waiting[transaction] = mac;
            await socket.SendToAsync(DhcpMessage.Discover(transaction, mac), new IPEndPoint(IPAddress.Broadcast, ServerPort), cancellationToken);
        }

        return await CollectAsync(socket, waiting, cancellationToken);
    }

    private static async Task<IReadOnlyList<DhcpOffer>> CollectAsync(Socket socket, Dictionary<uint, byte[]> waiting, CancellationToken cancellationToken)
    {
        List<DhcpOffer> offers = [];
        var buffer = new byte[1500];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Wait);
        try
        {
            while (waiting.Count > 0)
            {
                var length = await socket.ReceiveAsync(buffer, deadline.Token);
                foreach (var transaction in waiting.Keys)
                {
                    if (!DhcpMessage.TryReadOffer(buffer.AsSpan(0, length), transaction, out var offer))
                        continue;
                    offers.Add(offer);
                    waiting.Remove(transaction);
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Servers answer within a second or two (some check the address first); what came is what there is.
        }

        return offers;
    }
}

public interface IDhcpProbe
{
    /// <returns>One offer for each sample that was answered; none when no server answers or this process may not ask.</returns>
    Task<IReadOnlyList<DhcpOffer>> AskAsync(string interfaceName, int samples, CancellationToken cancellationToken);
}

/// <summary>What a DHCP server would give a new machine (RFC 2131, options of RFC 2132).</summary>
/// <param name="Address">The address offered.</param>
/// <param name="Server">Option 54, who offers.</param>
/// <param name="Routers">Option 3.</param>
/// <param name="DnsServers">Option 6.</param>
/// <param name="SearchName">Option 15, or null.</param>
public sealed record DhcpOffer(IPAddress Address, IPAddress? Server, IReadOnlyList<IPAddress> Routers, IReadOnlyList<IPAddress> DnsServers, string? SearchName);
