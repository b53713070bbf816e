using System.Globalization;
using System.Text;

namespace HomeCloud.Tests.Net.Wire;

/// <summary>
/// Messages written as annotated octets: hexadecimal pairs, <c>"text"</c> for its octets, <c>name.example.</c> in
/// angle brackets for a wire name, and <c>;</c> to the end of the line for a comment.
/// </summary>
internal static class WireBytes
{
    public static byte[] Parse(string annotated)
    {
        var bytes = new List<byte>();
        foreach (var line in annotated.Split('\n'))
        {
            var content = line.Split(';')[0];
            foreach (var word in content.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (word[0] == '"')
                    bytes.AddRange(Encoding.ASCII.GetBytes(word.Trim('"')));
                else if (word[0] == '<')
                    bytes.AddRange(HomeCloud.Net.Wire.DnsName.Parse(word.Trim('<', '>')));
                else
                    bytes.Add(byte.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
        }

        return [.. bytes];
    }
}
