using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Names and RDATA as they are signed: RFC 4034 §6, with the corrections of RFC 6840 §5.1.</summary>
internal static class CanonicalForm
{
    /// <summary>RDATA with its names unpacked and, for the types that RFC 4034 §6.2 lists, folded.</summary>
    /// <returns>Null when it is malformed.</returns>
    public static byte[]? Data(ReadOnlySpan<byte> message, in RecordView record)
    {
        var (skip, names) = Layout(record.Type);
        if (record.Type == RecordType.Naptr && (skip = SkipStrings(message.Slice(record.DataOffset, record.DataLength), 4, 3)) < 0)
            return null;
        if (names == 0)
            return message.Slice(record.DataOffset, record.DataLength).ToArray();
        if (record.DataLength <= skip)
            return null;
        Span<byte> unpacked = stackalloc byte[2 * DnsName.MaxLength];
        var length = 0;
        var reader = new MessageReader(message, record.DataOffset + skip);
        for (; names > 0; names--)
        {
            if (!reader.TryReadName(unpacked[length..], out var name))
                return null;
            length += name;
        }

        if (reader.Position > record.End)
            return null;
        if (record.Type != RecordType.Nsec)
            DnsName.Fold(unpacked[..length]);
        return [.. message.Slice(record.DataOffset, skip), .. unpacked[..length], .. message[reader.Position..record.End]];
    }

    /// <summary>The order of names in a zone (RFC 4034 §6.1): label by label from the right, as octets.</summary>
    public static int Compare(ReadOnlySpan<byte> foldedLeft, ReadOnlySpan<byte> foldedRight)
    {
        Span<byte> left = stackalloc byte[DnsName.MaxLabels];
        Span<byte> right = stackalloc byte[DnsName.MaxLabels];
        var leftCount = Starts(foldedLeft, left);
        var rightCount = Starts(foldedRight, right);
        for (var i = 1; i <= Math.Min(leftCount, rightCount); i++)
        {
            var order = DnsName.FirstLabel(foldedLeft[left[leftCount - i]..]).SequenceCompareTo(DnsName.FirstLabel(foldedRight[right[rightCount - i]..]));
            if (order != 0)
                return order;
        }

        return leftCount.CompareTo(rightCount);
    }

    /// <summary>The longest name that both are at or below.</summary>
    public static ReadOnlySpan<byte> CommonAncestor(ReadOnlySpan<byte> foldedName, ReadOnlySpan<byte> foldedOther)
    {
        while (!DnsName.IsAtOrBelow(foldedOther, foldedName))
            foldedName = DnsName.Parent(foldedName);
        return foldedName;
    }

    /// <summary>The last labels of a name, so many.</summary>
    public static ReadOnlySpan<byte> Ancestor(ReadOnlySpan<byte> name, int labels)
    {
        for (var more = DnsName.CountLabels(name) - labels; more > 0; more--)
            name = DnsName.Parent(name);
        return name;
    }

    private static int Starts(ReadOnlySpan<byte> name, Span<byte> starts)
    {
        var count = 0;
        for (var position = 0; name[position] != 0; position += name[position] + 1)
            starts[count++] = (byte)position;
        return count;
    }

    // Octets in front of the names, and how many names.
    private static (int Skip, int Names) Layout(RecordType type) => (ushort)type switch
    {
        2 or 3 or 4 or 5 or 7 or 8 or 9 or 12 or 39 or 47 => (0, 1), // NS MD MF CNAME MB MG MR PTR DNAME NSEC
        6 or 14 or 17 => (0, 2), // SOA MINFO RP
        15 or 18 or 21 or 36 => (2, 1), // MX AFSDB RT KX
        26 => (2, 2), // PX
        33 => (6, 1), // SRV
        35 => (4, 1), // NAPTR, and three strings
        _ => (0, 0),
    };

    private static int SkipStrings(ReadOnlySpan<byte> data, int position, int strings)
    {
        for (; strings > 0; strings--)
        {
            if (position >= data.Length)
                return -1;
            position += data[position] + 1;
        }

        return position < data.Length ? position : -1;
    }
}
