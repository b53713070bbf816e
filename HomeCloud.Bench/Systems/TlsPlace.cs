using System.Net;

namespace HomeCloud.Bench.Systems;

/// <param name="Listen">Where DNS over TLS is answered.</param>
/// <param name="Certificate">Path of a PEM file.</param>
/// <param name="Key">Path of its key.</param>
internal sealed record TlsPlace(IPEndPoint Listen, string Certificate, string Key)
{
    /// <summary>Our options for it.</summary>
    public string[] Arguments => ["--listen-tls", Listen.ToString(), "--tls-certificate", Certificate, "--tls-key", Key];
}
