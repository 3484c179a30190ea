using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class SubjectRequestTypes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Without",
                table: "grants",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]"
            );

            migrationBuilder.CreateTable(
                name: "processing_limits",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Subject = table.Column<string>(type: "TEXT", nullable: false),
                    Purposes = table.Column<string>(type: "TEXT", nullable: false),
                    Since = table.Column<long>(type: "INTEGER", nullable: false),
                    LiftedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LiftedBy = table.Column<string>(type: "TEXT", nullable: true),
                    LiftReason = table.Column<string>(type: "TEXT", nullable: true),
                    Views = table.Column<int>(type: "INTEGER", nullable: false),
                    ShownBefore = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_processing_limits", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_processing_limits_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_demands",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Purposes = table.Column<string>(type: "TEXT", nullable: false),
                    RefusedPurposes = table.Column<string>(type: "TEXT", nullable: false),
                    EncryptTo = table.Column<string>(type: "TEXT", nullable: true),
                    Sealed = table.Column<byte[]>(type: "BLOB", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_demands", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_demands_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_exports",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    FileName = table.Column<string>(type: "TEXT", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    EncryptedTo = table.Column<string>(type: "TEXT", nullable: false),
                    Rows = table.Column<long>(type: "INTEGER", nullable: false),
                    WrittenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    DestroyedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Downloads = table.Column<int>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_exports", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_exports_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_processing_limits_LiftedAt",
                table: "processing_limits",
                column: "LiftedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_exports_ExpiresAt",
                table: "subject_request_exports",
                column: "ExpiresAt"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "processing_limits");

            migrationBuilder.DropTable(name: "subject_request_demands");

            migrationBuilder.DropTable(name: "subject_request_exports");

            migrationBuilder.DropColumn(name: "Without", table: "grants");
        }
    }
}
