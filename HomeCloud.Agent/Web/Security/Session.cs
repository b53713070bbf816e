using System.Security.Cryptography;
using System.Text;

namespace HomeCloud.Agent.Web.Security;

/// <summary>One signed-in browser, as it is kept: the id that the cookie holds is known here by its hash only.</summary>
/// <param name="Id">Hash of the secret, in hexadecimal; tells sessions apart.</param>
/// <param name="Stamp">Of the password it was opened with.</param>
/// <param name="From">Address it was opened from.</param>
/// <param name="Browser">What the browser calls itself, shortened.</param>
/// <param name="Created">When it was opened.</param>
/// <param name="LastSeen">Last request, to the hour.</param>
public sealed record Session(string Id, string Stamp, string From, string Browser, DateTimeOffset Created, DateTimeOffset LastSeen)
{
    public static string IdOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}
