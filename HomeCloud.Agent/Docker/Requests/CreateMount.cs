namespace HomeCloud.Agent.Docker.Requests;

/// <param name="Type"><c>volume</c> or <c>bind</c>.</param>
/// <param name="Source">A volume's name or a folder of the machine.</param>
/// <param name="Target">Path inside.</param>
/// <param name="ReadOnly">Whether the container may only read.</param>
internal sealed record CreateMount(string Type, string Source, string Target, bool ReadOnly);
