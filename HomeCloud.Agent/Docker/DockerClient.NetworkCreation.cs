using System.Net.Http.Headers;
using System.Text.Json;

namespace HomeCloud.Agent.Docker;

/// <summary>Networks: create. Written by hand because only a setup needs it, once.</summary>
public sealed partial class DockerClient
{
    /// <exception cref="EngineRefusedException">The name is taken, the subnet overlaps, or the parent will not do.</exception>
    /// <exception cref="EngineAwayException"/>
    public async Task CreateMacvlanAsync(
        string name, string parent, string subnet, string gateway, string range, IReadOnlyDictionary<string, string> reserved, CancellationToken cancellationToken = default)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteBoolean("CheckDuplicate", true);
            json.WriteString("Driver", "macvlan");
            json.WriteStartObject("Options");
            json.WriteString("parent", parent);
            json.WriteEndObject();
            json.WriteStartObject("IPAM");
            json.WriteString("Driver", "default");
            json.WriteStartArray("Config");
            json.WriteStartObject();
            json.WriteString("Subnet", subnet);
            json.WriteString("Gateway", gateway);
            json.WriteString("IPRange", range);
            json.WriteStartObject("AuxiliaryAddresses");
            foreach (var (what, address) in reserved)
                json.WriteString(what, address);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        using var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await SendAsync(HttpMethod.Post, "networks/create", content, cancellationToken);
    }
}
