using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "contracts",
                columns: table => new
                {
                    Publication = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ContractId = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Yaml = table.Column<string>(type: "TEXT", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", nullable: false),
                    PublishedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    PublishedBy = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contracts", x => x.Publication);
                }
            );

            migrationBuilder.CreateTable(
                name: "ledger",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger", x => x.sequence);
                }
            );

            migrationBuilder.CreateTable(
                name: "quarantine",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false).Annotation("Sqlite:Autoincrement", true),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Topic = table.Column<string>(type: "TEXT", nullable: false),
                    Partition = table.Column<int>(type: "INTEGER", nullable: false),
                    Offset = table.Column<long>(type: "INTEGER", nullable: false),
                    EventTime = table.Column<long>(type: "INTEGER", nullable: false),
                    SchemaId = table.Column<int>(type: "INTEGER", nullable: true),
                    Code = table.Column<string>(type: "TEXT", nullable: false),
                    Sealed = table.Column<byte[]>(type: "BLOB", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_quarantine", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "receipts",
                columns: table => new
                {
                    RequestId = table.Column<string>(type: "TEXT", nullable: false),
                    Jws = table.Column<string>(type: "TEXT", nullable: false),
                    IssuedAt = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_receipts", x => x.RequestId);
                }
            );

            migrationBuilder.CreateTable(
                name: "registry_level",
                columns: table => new
                {
                    Subject = table.Column<string>(type: "TEXT", nullable: false),
                    Level = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_registry_level", x => x.Subject);
                }
            );

            migrationBuilder.CreateTable(
                name: "registry_schema",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false).Annotation("Sqlite:Autoincrement", true),
                    Fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_registry_schema", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_requests",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Type = table.Column<string>(type: "TEXT", nullable: false),
                    Subject = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    SubmittedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Channel = table.Column<string>(type: "TEXT", nullable: true),
                    Version = table.Column<long>(type: "INTEGER", nullable: false),
                    DuplicateOf = table.Column<Guid>(type: "TEXT", nullable: true),
                    WaitingCode = table.Column<string>(type: "TEXT", nullable: true),
                    WaitingCount = table.Column<int>(type: "INTEGER", nullable: true),
                    PlanHash = table.Column<string>(type: "TEXT", nullable: true),
                    PlannedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Unreached = table.Column<string>(type: "TEXT", nullable: false),
                    Identifiers = table.Column<string>(type: "TEXT", nullable: false),
                    ApprovedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ExecutingSince = table.Column<long>(type: "INTEGER", nullable: true),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Suppressions = table.Column<int>(type: "INTEGER", nullable: false),
                    VaultRowsDestroyed = table.Column<int>(type: "INTEGER", nullable: true),
                    HasKeySets = table.Column<bool>(type: "INTEGER", nullable: false),
                    ClaimDomains = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_requests", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "suppressions",
                columns: table => new
                {
                    Domain = table.Column<string>(type: "TEXT", nullable: false),
                    Index = table.Column<string>(type: "TEXT", nullable: false),
                    RequestId = table.Column<string>(type: "TEXT", nullable: false),
                    SuppressedAt = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_suppressions", x => new { x.Domain, x.Index });
                }
            );

            migrationBuilder.CreateTable(
                name: "registry_version",
                columns: table => new
                {
                    Subject = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    SchemaId = table.Column<int>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_registry_version", x => new { x.Subject, x.Version });
                    table.ForeignKey(
                        name: "FK_registry_version_registry_schema_SchemaId",
                        column: x => x.SchemaId,
                        principalTable: "registry_schema",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_claims",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Domain = table.Column<string>(type: "TEXT", nullable: false),
                    Index = table.Column<byte[]>(type: "BLOB", nullable: false),
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
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_history",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Position = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Actor = table.Column<string>(type: "TEXT", nullable: false),
                    Act = table.Column<string>(type: "TEXT", nullable: false),
                    From = table.Column<string>(type: "TEXT", nullable: false),
                    To = table.Column<string>(type: "TEXT", nullable: false),
                    Why = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_history", x => new { x.RequestId, x.Position });
                    table.ForeignKey(
                        name: "FK_subject_request_history_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_items",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Position = table.Column<int>(type: "INTEGER", nullable: false),
                    Dataset = table.Column<string>(type: "TEXT", nullable: false),
                    ContractId = table.Column<string>(type: "TEXT", nullable: false),
                    Action = table.Column<string>(type: "TEXT", nullable: false),
                    Columns = table.Column<string>(type: "TEXT", nullable: false),
                    Ground = table.Column<string>(type: "TEXT", nullable: true),
                    Period = table.Column<string>(type: "TEXT", nullable: true),
                    EstimatedRows = table.Column<long>(type: "INTEGER", nullable: false),
                    Round = table.Column<int>(type: "INTEGER", nullable: false),
                    JobId = table.Column<string>(type: "TEXT", nullable: true),
                    ErasedEarlier = table.Column<long>(type: "INTEGER", nullable: false),
                    RowsBefore = table.Column<long>(type: "INTEGER", nullable: true),
                    Matched = table.Column<long>(type: "INTEGER", nullable: true),
                    Affected = table.Column<long>(type: "INTEGER", nullable: true),
                    RowsAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    MatchedAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    ControlUnchanged = table.Column<bool>(type: "INTEGER", nullable: true),
                    Verdict = table.Column<string>(type: "TEXT", nullable: false),
                    Code = table.Column<string>(type: "TEXT", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_items", x => new { x.RequestId, x.Position });
                    table.ForeignKey(
                        name: "FK_subject_request_items_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_contracts_ContractId_Version",
                table: "contracts",
                columns: new[] { "ContractId", "Version" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset",
                table: "quarantine",
                columns: new[] { "Source", "Topic", "Partition", "Offset" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Topic_Code",
                table: "quarantine",
                columns: new[] { "Topic", "Code" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_registry_schema_Fingerprint",
                table: "registry_schema",
                column: "Fingerprint",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_registry_version_SchemaId",
                table: "registry_version",
                column: "SchemaId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_claims_Domain_Index",
                table: "subject_request_claims",
                columns: new[] { "Domain", "Index" }
            );

            migrationBuilder.CreateIndex(name: "IX_subject_requests_State", table: "subject_requests", column: "State");

            migrationBuilder.CreateIndex(name: "IX_suppressions_RequestId", table: "suppressions", column: "RequestId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "contracts");

            migrationBuilder.DropTable(name: "ledger");

            migrationBuilder.DropTable(name: "quarantine");

            migrationBuilder.DropTable(name: "receipts");

            migrationBuilder.DropTable(name: "registry_level");

            migrationBuilder.DropTable(name: "registry_version");

            migrationBuilder.DropTable(name: "subject_request_claims");

            migrationBuilder.DropTable(name: "subject_request_history");

            migrationBuilder.DropTable(name: "subject_request_items");

            migrationBuilder.DropTable(name: "suppressions");

            migrationBuilder.DropTable(name: "registry_schema");

            migrationBuilder.DropTable(name: "subject_requests");
        }
    }
}
