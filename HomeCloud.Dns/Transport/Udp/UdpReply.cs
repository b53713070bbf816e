using System.Runtime.InteropServices;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>Sends one datagram, outside of a batch, to an address in the kernel's form. Blocks only while the socket's send buffer is full.</summary>
internal static unsafe class UdpReply
{
    public static bool Send(SafeHandle socket, ReadOnlySpan<byte> peer, ReadOnlySpan<byte> control, ReadOnlySpan<byte> response)
    {
        // Invariant: the pins outlive the call, and the kernel keeps no pointer after it.
        fixed (byte* name = peer, controlData = control, data = response)
        {
            var vector = new IoVector { Base = data, Length = (nuint)response.Length };
            var header = new BatchHeader
            {
                Header = new SocketMessageHeader
                {
                    Name = name,
                    NameLength = (uint)peer.Length,
                    Vectors = &vector,
                    VectorCount = 1,
                    Control = controlData,
                    ControlLength = (nuint)control.Length,
                },
            };
            int result;
            do
            {
                result = SendBatch.Invoke(socket, &header, 1, 0);
            }
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
            return result == 1;
        }
    }
}
