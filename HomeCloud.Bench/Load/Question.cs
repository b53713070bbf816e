using System.Net;

namespace HomeCloud.Bench.Load;

/// <summary>A query, and what the right answer to it is.</summary>
/// <param name="Wire">The whole message with id 0.</param>
/// <param name="QuestionLength">Bytes of the question section, after the 12 of the header.</param>
/// <param name="Rcode">Expected RCODE.</param>
/// <param name="Address">Expected A record, the only answer; null expects none.</param>
internal sealed record Question(byte[] Wire, int QuestionLength, int Rcode, IPAddress? Address)
{
    public const int HeaderSize = 12;

    public uint AddressBits { get; } = Address is null ? 0 : BitConverter.ToUInt32(Address.GetAddressBytes());
}
