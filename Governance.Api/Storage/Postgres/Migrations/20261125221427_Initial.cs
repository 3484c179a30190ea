using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(name: "governance_state");

            migrationBuilder.CreateTable(
                name: "contracts",
                schema: "governance_state",
                columns: table => new
                {
                    Publication = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    ContractId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Yaml = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PublishedAt = table.Column<long>(type: "bigint", nullable: false),
                    PublishedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contracts", x => x.Publication);
                }
            );

            migrationBuilder.CreateTable(
                name: "ledger",
                schema: "governance_state",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger", x => x.sequence);
                }
            );

            migrationBuilder.CreateTable(
                name: "quarantine",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Topic = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Partition = table.Column<int>(type: "integer", nullable: false),
                    Offset = table.Column<long>(type: "bigint", nullable: false),
                    EventTime = table.Column<long>(type: "bigint", nullable: false),
                    SchemaId = table.Column<int>(type: "integer", nullable: true),
                    Code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_quarantine", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "receipts",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Jws = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IssuedAt = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_receipts", x => x.RequestId);
                }
            );

            migrationBuilder.CreateTable(
                name: "registry_level",
                schema: "governance_state",
                columns: table => new
                {
                    Subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Level = table.Column<string>(type: "text", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_registry_level", x => x.Subject);
                }
            );

            migrationBuilder.CreateTable(
                name: "registry_schema",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table
                        .Column<int>(type: "integer", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    Fingerprint = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_registry_schema", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_requests",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", nullable: false),
                    ReceivedAt = table.Column<long>(type: "bigint", nullable: false),
                    SubmittedAt = table.Column<long>(type: "bigint", nullable: false),
                    Channel = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    DuplicateOf = table.Column<Guid>(type: "uuid", nullable: true),
                    WaitingCode = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    WaitingCount = table.Column<int>(type: "integer", nullable: true),
                    PlanHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PlannedAt = table.Column<long>(type: "bigint", nullable: true),
                    Unreached = table.Column<List<string>>(type: "text[]", nullable: false),
                    Identifiers = table.Column<List<string>>(type: "text[]", nullable: false),
                    ApprovedAt = table.Column<long>(type: "bigint", nullable: true),
                    ExecutingSince = table.Column<long>(type: "bigint", nullable: true),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "bigint", nullable: true),
                    Suppressions = table.Column<int>(type: "integer", nullable: false),
                    VaultRowsDestroyed = table.Column<int>(type: "integer", nullable: true),
                    HasKeySets = table.Column<bool>(type: "boolean", nullable: false),
                    ClaimDomains = table.Column<List<string>>(type: "text[]", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_requests", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "suppressions",
                schema: "governance_state",
                columns: table => new
                {
                    Domain = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Index = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Position = table.Column<long>(type: "bigint", nullable: false),
                    RequestId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SuppressedAt = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_suppressions", x => new { x.Domain, x.Index });
                }
            );

            migrationBuilder.CreateTable(
                name: "registry_version",
                schema: "governance_state",
                columns: table => new
                {
                    Subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    SchemaId = table.Column<int>(type: "integer", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_registry_version", x => new { x.Subject, x.Version });
                    table.ForeignKey(
                        name: "FK_registry_version_registry_schema_SchemaId",
                        column: x => x.SchemaId,
                        principalSchema: "governance_state",
                        principalTable: "registry_schema",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_claims",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Domain = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Index = table.Column<byte[]>(type: "bytea", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_subject_request_claims",
                        x => new
                        {
                            x.RequestId,
                            x.Domain,
                            x.Index,
                        }
                    );
                    table.ForeignKey(
                        name: "FK_subject_request_claims_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_history",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Act = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    From = table.Column<string>(type: "text", nullable: false),
                    To = table.Column<string>(type: "text", nullable: false),
                    Why = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_history", x => new { x.RequestId, x.Position });
                    table.ForeignKey(
                        name: "FK_subject_request_history_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_items",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    Dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ContractId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Action = table.Column<string>(type: "text", nullable: false),
                    Columns = table.Column<List<string>>(type: "text[]", nullable: false),
                    Ground = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Period = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    EstimatedRows = table.Column<long>(type: "bigint", nullable: false),
                    Round = table.Column<int>(type: "integer", nullable: false),
                    JobId = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ErasedEarlier = table.Column<long>(type: "bigint", nullable: false),
                    RowsBefore = table.Column<long>(type: "bigint", nullable: true),
                    Matched = table.Column<long>(type: "bigint", nullable: true),
                    Affected = table.Column<long>(type: "bigint", nullable: true),
                    RowsAfter = table.Column<long>(type: "bigint", nullable: true),
                    MatchedAfter = table.Column<long>(type: "bigint", nullable: true),
                    ControlUnchanged = table.Column<bool>(type: "boolean", nullable: true),
                    Verdict = table.Column<string>(type: "text", nullable: false),
                    Code = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_items", x => new { x.RequestId, x.Position });
                    table.ForeignKey(
                        name: "FK_subject_request_items_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_contracts_ContractId_Version",
                schema: "governance_state",
                table: "contracts",
                columns: new[] { "ContractId", "Version" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset",
                schema: "governance_state",
                table: "quarantine",
                columns: new[] { "Source", "Topic", "Partition", "Offset" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Topic_Code",
                schema: "governance_state",
                table: "quarantine",
                columns: new[] { "Topic", "Code" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_registry_schema_Fingerprint",
                schema: "governance_state",
                table: "registry_schema",
                column: "Fingerprint",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_registry_version_SchemaId",
                schema: "governance_state",
                table: "registry_version",
                column: "SchemaId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_claims_Domain_Index",
                schema: "governance_state",
                table: "subject_request_claims",
                columns: new[] { "Domain", "Index" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_requests_State",
                schema: "governance_state",
                table: "subject_requests",
                column: "State"
            );

            migrationBuilder.CreateIndex(
                name: "IX_suppressions_Position",
                schema: "governance_state",
                table: "suppressions",
                column: "Position"
            );

            migrationBuilder.CreateIndex(
                name: "IX_suppressions_RequestId",
                schema: "governance_state",
                table: "suppressions",
                column: "RequestId"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "contracts", schema: "governance_state");

            migrationBuilder.DropTable(name: "ledger", schema: "governance_state");

            migrationBuilder.DropTable(name: "quarantine", schema: "governance_state");

            migrationBuilder.DropTable(name: "receipts", schema: "governance_state");

            migrationBuilder.DropTable(name: "registry_level", schema: "governance_state");

            migrationBuilder.DropTable(name: "registry_version", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_claims", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_history", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_items", schema: "governance_state");

            migrationBuilder.DropTable(name: "suppressions", schema: "governance_state");

            migrationBuilder.DropTable(name: "registry_schema", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_requests", schema: "governance_state");
        }
    }
}
