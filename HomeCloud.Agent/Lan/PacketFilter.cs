using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Agent.Lan;

/// <summary>
/// A classic BPF program (Documentation/networking/filter.rst) for frames that call one of a set of addresses: ARP requests,
/// neighbour solicitations, and the first packets of TCP, UDP and ping from devices that remember the link-layer address. The
/// kernel drops all others, so they wake nobody here either. Pure.
/// </summary>
internal sealed class PacketFilter
{
    /// <summary>With more, the program would have more than the 4096 instructions that a kernel takes.</summary>
    private const int MostAddresses = 150;

    private const ushort LoadHalf = 0x28, LoadWord = 0x20, LoadByte = 0x30, LoadByteIndexed = 0x50, LoadHeaderLength = 0xb1;
    private const ushort JumpEqual = 0x15, JumpEqualX = 0x1d, JumpSet = 0x45, Jump = 0x05, And = 0x54, ToX = 0x07, Return = 0x06;
    private const uint All = 0x40000;

    private readonly List<(ushort Code, byte True, byte False, uint Value)> _program = [];

    private PacketFilter()
    {
    }

    /// <summary>The program as the kernel wants it: struct sock_filter, eight octets each in the machine's order.</summary>
    /// <param name="addresses">Those that may be called; with very many, every call passes and the caller compares.</param>
    /// <param name="suspect">A link-layer address whose ARP requests all pass; null for none.</param>
    public static byte[] Create(IReadOnlyCollection<IPAddress> addresses, byte[]? suspect = null)
    {
        var filter = new PacketFilter();
        filter.Write(addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork).ToList(), addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6).ToList(), suspect);
        return filter.Assemble();
    }

    private void Write(List<IPAddress> four, List<IPAddress> six, byte[]? suspect)
    {
        var compares = four.Count + six.Count <= MostAddresses;
        Emit(LoadHalf, 12);
        var toIPv4 = Branch(0x0800);
        var toIPv6 = Branch(0x86dd);
        Require(JumpEqual, 0x0806);
        WriteArp(four, compares, suspect);
        Land(toIPv4);
        WriteIPv4(four, compares);
        Land(toIPv6);
        WriteIPv6(six, compares);
    }

    // RFC 826; a sender of 0.0.0.0 is a probe and one that asks for itself announces itself (RFC 5227 §1.1): both call nobody. Nor does
    // one that goes to a MAC: a kernel sees by it whether a neighbour of before is still there (RFC 1122 §2.3.2.1, unicast poll).
    private void WriteArp(List<IPAddress> four, bool compares, byte[]? suspect)
    {
        Emit(LoadByte, 0);
        Require(JumpSet, 1);
        Emit(LoadHalf, 20);
        Require(JumpEqual, 1);
        Emit(LoadWord, 28);
        Reject(JumpEqual, 0);
        Emit(ToX, 0);
        Emit(LoadWord, 38);
        Emit(JumpEqualX, 0, 0, 1);
        Emit(Return, 0);
        AcceptAny(four, compares);
        if (suspect is not null)
        {
            Emit(LoadWord, 22);
            Require(JumpEqual, BinaryPrimitives.ReadUInt32BigEndian(suspect));
            Emit(LoadHalf, 26);
            Require(JumpEqual, BinaryPrimitives.ReadUInt16BigEndian(suspect.AsSpan(4)));
            Emit(Return, All);
        }

        Emit(Return, 0);
    }

    private void WriteIPv4(List<IPAddress> four, bool compares)
    {
        // Not a later fragment.
        Emit(LoadHalf, 20);
        Reject(JumpSet, 0x1fff);
        Emit(LoadHeaderLength, 14);
        Emit(LoadByte, 23);
        Emit(JumpEqual, 17, 12, 0); // UDP
        Emit(JumpEqual, 1, 4, 0); // ICMP
        Require(JumpEqual, 6); // TCP
        Emit(LoadByteIndexed, 14 + 13);
        Emit(Jump, 4);
        Emit(LoadByteIndexed, 14);
        Require(JumpEqual, 8); // echo request
        Emit(Jump, 3);

        // SYN without ACK: what follows an old connection calls nobody.
        Emit(And, 0x12);
        Require(JumpEqual, 0x02);
        Emit(LoadWord, 30);
        AcceptAny(four, compares);
        Emit(Return, 0);
    }

    private void WriteIPv6(List<IPAddress> six, bool compares)
    {
        Emit(LoadByte, 20);
        Emit(JumpEqual, 58, 0, 1);
        var toIcmp = Far();
        Emit(JumpEqual, 17, 6, 0); // UDP
        Require(JumpEqual, 6); // TCP
        Emit(LoadByte, 54 + 13);
        Emit(And, 0x12);
        Emit(JumpEqual, 0x02, 1, 0);
        Emit(Return, 0);
        AcceptAnySix(six, 38, compares);
        Emit(Return, 0);

        Land(toIcmp);
        Emit(LoadByte, 54);
        Emit(JumpEqual, 135, 0, 1);
        var toSolicitation = Far();
        Require(JumpEqual, 128); // echo request
        AcceptAnySix(six, 38, compares);
        Emit(Return, 0);

        // A source of :: is an address probe (RFC 4862 §5.4.2); one to a MAC asks whether a neighbour of before is still there (RFC 4861 §7.3).
        Land(toSolicitation);
        Emit(LoadByte, 0);
        Require(JumpSet, 1);
        Emit(LoadWord, 22);
        Emit(JumpEqual, 0, 0, 7);
        Emit(LoadWord, 26);
        Emit(JumpEqual, 0, 0, 5);
        Emit(LoadWord, 30);
        Emit(JumpEqual, 0, 0, 3);
        Emit(LoadWord, 34);
        Emit(JumpEqual, 0, 0, 1);
        Emit(Return, 0);
        AcceptAnySix(six, 62, compares);
        Emit(Return, 0);
    }

    /// <summary>Of the word that is loaded.</summary>
    private void AcceptAny(List<IPAddress> addresses, bool compares)
    {
        if (!compares)
        {
            Emit(Return, All);
            return;
        }

        foreach (var address in addresses)
        {
            Emit(JumpEqual, BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()), 0, 1);
            Emit(Return, All);
        }
    }

    private void AcceptAnySix(List<IPAddress> addresses, uint offset, bool compares)
    {
        if (!compares)
        {
            Emit(Return, All);
            return;
        }

        foreach (var address in addresses)
        {
            // The last word first: addresses of one home differ there.
            var octets = address.GetAddressBytes();
            for (var word = 3; word >= 0; word--)
            {
                Emit(LoadWord, offset + (uint)(4 * word));
                Emit(JumpEqual, BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(4 * word)), 0, (byte)((2 * word) + 1));
            }

            Emit(Return, All);
        }
    }

    private void Require(ushort jump, uint value)
    {
        Emit(jump, value, 1, 0);
        Emit(Return, 0);
    }

    private void Reject(ushort jump, uint value)
    {
        Emit(jump, value, 0, 1);
        Emit(Return, 0);
    }

    /// <summary>Goes elsewhere when the loaded value is this one.</summary>
    private int Branch(uint value)
    {
        Emit(JumpEqual, value, 0, 1);
        return Far();
    }

    private int Far()
    {
        Emit(Jump, 0);
        return _program.Count - 1;
    }

    private void Land(int jump) => _program[jump] = (Jump, 0, 0, (uint)(_program.Count - jump - 1));

    private void Emit(ushort code, uint value, byte ifTrue = 0, byte ifFalse = 0) => _program.Add((code, ifTrue, ifFalse, value));

    private byte[] Assemble()
    {
        var octets = new byte[8 * _program.Count];
        for (var i = 0; i < _program.Count; i++)
        {
            var (code, ifTrue, ifFalse, value) = _program[i];
            var instruction = octets.AsSpan(8 * i);
            BitConverter.TryWriteBytes(instruction, code);
            (instruction[2], instruction[3]) = (ifTrue, ifFalse);
            BitConverter.TryWriteBytes(instruction[4..], value);
        }

        return octets;
    }
}
