using System.Text;

namespace HomeCloud.Dns.Validation;

/// <summary>Folded names as keys of dictionaries.</summary>
internal static class NameKey
{
    public static string Of(ReadOnlySpan<byte> foldedName) => Encoding.Latin1.GetString(foldedName);
}
